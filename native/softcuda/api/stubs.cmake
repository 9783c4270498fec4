# Writes a C++ file with a weak function for every name of a list: the ones written by hand win, the others answer
# "not supported". A name that were missing altogether would end a JVM that calls it.
#   cmake -DNAMES=driver_names.txt -DOUTPUT=stubs.cpp -P stubs.cmake
file(STRINGS ${NAMES} names)
set(text "namespace softcuda {\nint notImplemented(const char* name);\n}\n\n")
foreach(name ${names})
  string(APPEND text "extern \"C\" __attribute__((weak, visibility(\"default\"))) int ${name}() {\n"
                     "  return softcuda::notImplemented(\"${name}\");\n}\n")
endforeach()
file(WRITE ${OUTPUT} "${text}")
