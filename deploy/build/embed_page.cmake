# embed_page(TARGET TEXTS file): renders the page's templates and compiles them, its styles, scripts and texts into TARGET.
#
# CASELOAD_PAGE_PACKAGES   the npm packages that they are made from; `deploy/setup build` puts them into build/web

set(CASELOAD_PAGE_PACKAGES ${PROJECT_SOURCE_DIR}/build/web/node_modules CACHE PATH "npm packages of the page")

function(embed_page target)
  cmake_parse_arguments(PARSE_ARGV 1 E "" "TEXTS" "")
  find_program(NODE_PROGRAM NAMES node nodejs REQUIRED)
  if(NOT EXISTS ${CASELOAD_PAGE_PACKAGES}/nunjucks/package.json)
    message(FATAL_ERROR "The page's packages are not in ${CASELOAD_PAGE_PACKAGES}. Run: deploy/setup build")
  endif()
  set(here ${CMAKE_CURRENT_SOURCE_DIR})
  file(GLOB sources CONFIGURE_DEPENDS ${here}/templates/*.njk ${here}/assets/*)
  set(made ${CMAKE_CURRENT_BINARY_DIR}/page_content.cpp)
  add_custom_command(OUTPUT ${made}
    COMMAND ${NODE_PROGRAM} ${here}/make_content.mjs ${CASELOAD_PAGE_PACKAGES} ${here}/${E_TEXTS} ${made}
    DEPENDS ${sources} ${here}/make_content.mjs ${here}/${E_TEXTS} ${PROJECT_SOURCE_DIR}/deploy/third_party/package-lock.json
    COMMENT "Rendering the page's templates" VERBATIM)
  # A stylesheet is one literal, and as long as it is.
  set_source_files_properties(${made} PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
  target_sources(${target} PRIVATE ${made})
endfunction()
