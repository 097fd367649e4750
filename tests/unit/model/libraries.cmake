# protobuf is the second opinion on wire bytes: the library itself links none.
find_package(Protobuf REQUIRED)
target_link_libraries(unit_model PRIVATE protobuf::libprotobuf)
