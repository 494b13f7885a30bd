# room(NAME AT folder USES rooms… PACKAGES packages… SHOWS packages… SOURCES files… [PURE])
#   One library for one room. USES may be seen by whoever uses the room; PACKAGES are its own affair and linked PRIVATE.
#   SHOWS packages…: those of them that the room's own headers name; linked PUBLIC, because every file that reads such a
#   header must be compiled with the same definitions.
#   PURE: the library may reach no clock, file, socket, thread or chance; the house tests read its undefined symbols.
#   A room without SOURCES is headers only.
# room_test(NAME [AT folder] SOURCES files… [USES rooms…])
#   The unit tests of one room: a program that links that room and nothing else, so an arrow that nobody declared fails
#   to link. USES is for what the tests themselves need.
# finish_rooms() writes the declarations to build/rooms.txt, which tests/house holds every #include against.

set_property(GLOBAL PROPERTY caseload_rooms "")

function(room name)
  cmake_parse_arguments(PARSE_ARGV 1 R "PURE" "AT" "USES;PACKAGES;SHOWS;SOURCES")
  if(R_UNPARSED_ARGUMENTS OR NOT R_AT)
    message(FATAL_ERROR "room(${name}): needs AT, and knows USES, PACKAGES, SHOWS, SOURCES, PURE only: ${R_UNPARSED_ARGUMENTS}")
  endif()
  set(target caseload_${name})
  if(R_SOURCES)
    add_library(${target} STATIC ${R_SOURCES})
    set(outward PUBLIC)
    set(inward PRIVATE)
  else()
    add_library(${target} INTERFACE)
    set(outward INTERFACE)
    set(inward INTERFACE)
  endif()
  target_include_directories(${target} ${outward} ${PROJECT_SOURCE_DIR})
  foreach(used IN LISTS R_USES)
    target_link_libraries(${target} ${outward} caseload_${used})
  endforeach()
  foreach(package IN LISTS R_PACKAGES)
    target_link_libraries(${target} ${inward} package_${package})
  endforeach()
  foreach(package IN LISTS R_SHOWS)
    target_link_libraries(${target} ${outward} package_${package})
  endforeach()
  list(APPEND R_PACKAGES ${R_SHOWS})
  string(REPLACE ";" "," uses "${R_USES}")
  string(REPLACE ";" "," packages "${R_PACKAGES}")
  set(pure no)
  set(library "")
  if(R_PURE)
    set(pure yes)
  endif()
  if(R_SOURCES)
    set(library "$<TARGET_FILE:${target}>")
  endif()
  set_property(GLOBAL APPEND_STRING PROPERTY caseload_rooms
    "room name=${name} at=${R_AT} uses=${uses} packages=${packages} pure=${pure} library=${library}\n")
endfunction()

function(room_test name)
  cmake_parse_arguments(PARSE_ARGV 1 R "" "" "USES;SOURCES")
  set(target test_${name})
  add_executable(${target} ${R_SOURCES})
  target_link_libraries(${target} PRIVATE caseload_${name} test_support)
  foreach(used IN LISTS R_USES)
    target_link_libraries(${target} PRIVATE caseload_${used})
  endforeach()
  compile_as_test(${target})
  doctest_discover_tests(${target} TEST_PREFIX "${name}: " PROPERTIES TIMEOUT 300 LABELS unit)
endfunction()

# Tests are compiled quickly rather than to be quick.
function(compile_as_test target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
endfunction()

function(finish_rooms)
  get_property(rooms GLOBAL PROPERTY caseload_rooms)
  get_property(packages GLOBAL PROPERTY caseload_packages)
  file(GENERATE OUTPUT ${PROJECT_BINARY_DIR}/rooms.txt CONTENT "${rooms}${packages}")
endfunction()
