# embed_migrations(TARGET NAMESPACE namespace FUNCTION name FILES 001_first.sql 002_second.sql …)
#   Compiles numbered .sql files into TARGET, so that a program brings its database's shape with it. They are given by
#   `std::span<const Migration> name()` in that namespace; declare it in the header that hands it on.
#   Numbers are checked when the program opens its database: 1, 2, 3 and so on, in the order of FILES.
function(embed_migrations target)
  cmake_parse_arguments(PARSE_ARGV 1 E "" "NAMESPACE;FUNCTION" "FILES")
  set(rows "")
  foreach(file IN LISTS E_FILES)
    cmake_path(ABSOLUTE_PATH file OUTPUT_VARIABLE path)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path})
    cmake_path(GET file STEM name)
    if(NOT name MATCHES "^0*([1-9][0-9]*)_[a-z0-9_]+$")
      message(FATAL_ERROR "embed_migrations(${target}): ${file} is not named like 001_first.sql")
    endif()
    set(number ${CMAKE_MATCH_1})
    file(SHA256 ${path} digest)
    file(READ ${path} sql)
    string(APPEND rows "    {${number}, \"${name}\", R\"~sql~(${sql})~sql~\",\n     \"${digest}\"},\n")
  endforeach()
  set(made ${CMAKE_CURRENT_BINARY_DIR}/${E_FUNCTION}.cpp)
  string(CONCAT text "// Made by deploy/build/embed_migrations.cmake.\n#include \"common/sqlite/migrate.h\"\n\n"
    "namespace ${E_NAMESPACE} {\n\nstd::span<const caseload::Migration> ${E_FUNCTION}();\n\n"
    "std::span<const caseload::Migration> ${E_FUNCTION}() {\n  static constexpr caseload::Migration list[] = {\n"
    "${rows}  };\n  return list;\n}\n\n}  // namespace ${E_NAMESPACE}\n")
  file(WRITE ${made}.new "${text}")
  file(COPY_FILE ${made}.new ${made} ONLY_IF_DIFFERENT)
  target_sources(${target} PRIVATE ${made})
endfunction()
