# caseload_sqlcipher: the SQLCipher amalgamation, pinned by digest, compiled into our own programs.
#
# CASELOAD_SQLCIPHER   fetch (default): from the npm registry, once, kept in the cache folder below
#                      a folder: one that holds sqlite3.c and sqlite3.h, checked against the same digest
# CASELOAD_DEPS_CACHE  environment: where it is kept; default under the XDG cache folder
#
# Debian's own SQLCipher is 3.4.1 on an SQLite with the WAL-reset bug, so the system's is never used.
# To update: change the four pins together; `npm view PACKAGE dist.integrity` prints the digest of the archive.

set(CASELOAD_SQLCIPHER fetch CACHE STRING "fetch, or a folder with sqlite3.c and sqlite3.h")

set(sqlcipher_package "@op-engineering/op-sqlite@18.2.5")   # holds SQLCipher 4.19.0 on SQLite 3.53.4
set(sqlcipher_archive_sha512
  38b99c3344902daa4fd69e50e829393fe57737a46c021068cc81b4ecf6d0afef30801d20628160163b9664ad09bcd058f9462060fc643900dde2b9389da58d1b)
set(sqlcipher_source_sha256 8640c653acadf665cce6331646f60b5b74a4690746f2c4a2d8f688a0570a0c0c)
set(sqlcipher_folder_in_archive package/cpp/sqlcipher)

# Leaves the pinned source in `destination`, or stops the build with what to do.
function(fetch_sqlcipher destination)
  find_program(NPM_PROGRAM npm REQUIRED)
  set(work ${PROJECT_BINARY_DIR}/sqlcipher-fetch)
  file(REMOVE_RECURSE ${work})
  file(MAKE_DIRECTORY ${work})
  message(STATUS "SQLCipher: fetching ${sqlcipher_package} (115 MB, once; kept in ${destination})")
  execute_process(
    COMMAND ${NPM_PROGRAM} pack ${sqlcipher_package} --silent --ignore-scripts --cache ${work}/npm
    WORKING_DIRECTORY ${work} RESULT_VARIABLE status OUTPUT_VARIABLE archive ERROR_VARIABLE complaint
    OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "SQLCipher could not be fetched: ${complaint}\n"
      "Try again with a network, or give -DCASELOAD_SQLCIPHER=/folder/with/sqlite3.c")
  endif()
  file(SHA512 ${work}/${archive} found)
  if(NOT found STREQUAL sqlcipher_archive_sha512)
    message(FATAL_ERROR "SQLCipher: the archive is not the pinned one (SHA-512 ${found}). Nothing was kept.")
  endif()
  file(ARCHIVE_EXTRACT INPUT ${work}/${archive} DESTINATION ${work} PATTERNS "${sqlcipher_folder_in_archive}/*")
  file(REMOVE_RECURSE ${destination}.new)
  file(COPY ${work}/${sqlcipher_folder_in_archive}/ DESTINATION ${destination}.new)
  file(REMOVE_RECURSE ${destination})
  file(RENAME ${destination}.new ${destination})
  file(REMOVE_RECURSE ${work})
endfunction()

if(CASELOAD_SQLCIPHER STREQUAL "fetch")
  set(cache "$ENV{CASELOAD_DEPS_CACHE}")
  if(NOT cache AND NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
    set(cache "$ENV{XDG_CACHE_HOME}/caseload")
  elseif(NOT cache)
    set(cache "$ENV{HOME}/.cache/caseload")
  endif()
  set(sqlcipher_folder ${cache}/sqlcipher-${sqlcipher_source_sha256})
  if(NOT EXISTS ${sqlcipher_folder}/sqlite3.c)
    fetch_sqlcipher(${sqlcipher_folder})
  endif()
else()
  set(sqlcipher_folder ${CASELOAD_SQLCIPHER})
endif()
file(SHA256 ${sqlcipher_folder}/sqlite3.c sqlcipher_found)
if(NOT sqlcipher_found STREQUAL sqlcipher_source_sha256)
  message(FATAL_ERROR "${sqlcipher_folder}/sqlite3.c is not the pinned SQLCipher. Remove that folder and configure again.")
endif()

add_library(caseload_sqlcipher STATIC ${sqlcipher_folder}/sqlite3.c)
target_include_directories(caseload_sqlcipher SYSTEM PUBLIC ${sqlcipher_folder})
target_compile_definitions(caseload_sqlcipher
  PUBLIC SQLITE_HAS_CODEC=1
  PRIVATE
    SQLCIPHER_CRYPTO_OPENSSL SQLITE_EXTRA_INIT=sqlcipher_extra_init SQLITE_EXTRA_SHUTDOWN=sqlcipher_extra_shutdown
    SQLITE_TEMP_STORE=2              # temporary tables stay in memory: nothing in clear on disk
    SQLITE_THREADSAFE=2              # one thread owns a connection; several connections may exist
    SQLITE_SECURE_DELETE SQLITE_ENABLE_FTS5 SQLITE_ENABLE_DBSTAT_VTAB SQLITE_ENABLE_DBPAGE_VTAB SQLITE_ENABLE_STAT4
    SQLITE_DQS=0 SQLITE_DEFAULT_FOREIGN_KEYS=1 SQLITE_DEFAULT_MEMSTATUS=0 SQLITE_LIKE_DOESNT_MATCH_BLOBS
    SQLITE_OMIT_LOAD_EXTENSION SQLITE_OMIT_SHARED_CACHE SQLITE_TRUSTED_SCHEMA=0
    HAVE_USLEEP=1 HAVE_STDINT_H=1 NDEBUG)
target_compile_options(caseload_sqlcipher PRIVATE -w -O2 -fno-sanitize=all)
set_target_properties(caseload_sqlcipher PROPERTIES C_VISIBILITY_PRESET hidden)
target_link_libraries(caseload_sqlcipher PUBLIC OpenSSL::Crypto Threads::Threads ${CMAKE_DL_LIBS} m)
