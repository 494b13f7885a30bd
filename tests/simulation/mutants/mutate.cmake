# cmake -DSOURCE= -DTEXT= -DREPLACEMENT= -DTO= -P mutate.cmake
#   Copies SOURCE to TO with one text replaced; TEXT and REPLACEMENT are files. The text must occur exactly once, or the
#   bug is not the one that its story tells.
file(READ ${SOURCE} source)
file(READ ${TEXT} text)
file(READ ${REPLACEMENT} replacement)
string(FIND "${source}" "${text}" first)
string(FIND "${source}" "${text}" last REVERSE)
if(first EQUAL -1)
  message(FATAL_ERROR "${TEXT}: this text is no longer in ${SOURCE}; adapt tests/simulation/mutants/mutants.cmake")
endif()
if(NOT first EQUAL last)
  message(FATAL_ERROR "${TEXT}: this text is in ${SOURCE} more than once; adapt tests/simulation/mutants/mutants.cmake")
endif()
string(REPLACE "${text}" "${replacement}" mutated "${source}")
file(WRITE ${TO} "${mutated}")
