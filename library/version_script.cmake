# Makes the linker's version script from symbols.txt ("name since" a line): what is not listed is hidden.
file(STRINGS "${SYMBOLS}" lines REGEX "^exhibit_")
set(names "")
foreach(line IN LISTS lines)
  string(REGEX REPLACE " .*" "" name "${line}")
  string(APPEND names "    ${name};\n")
endforeach()
file(WRITE "${OUTPUT}" "EXHIBIT_0.1 {\n  global:\n${names}  local:\n    *;\n};\n")
