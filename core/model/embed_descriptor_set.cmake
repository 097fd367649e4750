# Turns the file INPUT into the C++ source OUTPUT, which defines it as bytes: needs no assembler and no linker's option.
file(READ "${INPUT}" hex HEX)
string(LENGTH "${hex}" digits)
math(EXPR size "${digits} / 2")
string(REGEX REPLACE "(..)" "\\\\x\\1" text "${hex}")
# One literal a line of 64 bytes: compilers need seconds for a line of a megabyte.
string(REPEAT "." 256 line)
string(REGEX REPLACE "(${line})" "\\1\"\n    \"" text "${text}")
file(WRITE "${OUTPUT}" "#include \"descriptor_set.h\"

namespace exhibit::model {

const char kDescriptorSet[] =
    \"${text}\";
const std::size_t kDescriptorSetSize = ${size};

}  // namespace exhibit::model
")
