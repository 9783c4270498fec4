package io.talus.bench.table;

import java.util.List;
import java.util.function.Supplier;

/**
 * One line of the table.
 *
 * @param id for the command line and the report of a process
 * @param group lines of one group share processes
 * @param title what is measured, for the reader
 * @param amount flops or bytes of one run, where {@code unit} is a rate
 * @param references whom it is judged against: the fastest of them; none for {@link
 *     Rule#ITSELF_AT_MOST}
 * @param contest sets everything up; called in the process that measures
 */
record Line(
    String id,
    String group,
    String title,
    Unit unit,
    double amount,
    Rule rule,
    double target,
    List<String> references,
    int rounds,
    Supplier<Contest> contest) {}
