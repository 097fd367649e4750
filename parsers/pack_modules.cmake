# Writes the files MODULES (relative to the working directory, separated by ;) into OUTPUT: for each a line
# "<name> <bytes>" and its text.
set(pack "")
foreach(module IN LISTS MODULES)
  file(SIZE "${module}" size)
  file(READ "${module}" text)
  string(APPEND pack "${module} ${size}\n")
  string(APPEND pack "${text}")
endforeach()
file(WRITE "${OUTPUT}" "${pack}")
