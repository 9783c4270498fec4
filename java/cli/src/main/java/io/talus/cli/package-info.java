/** The command line tool: what a person sees. Imports the public packages of the library. */
package io.talus.cli;
