# Two Debian packages, made by deploy/package: `caseload` for a device, `caseload-server` for an office. Each holds its
# program, its licences, and what its people need beside it.
foreach(program caseload caseload-server)
  install(TARGETS ${program} RUNTIME DESTINATION bin COMPONENT ${program})
  install(FILES LICENSE RENAME copyright DESTINATION share/doc/${program} COMPONENT ${program})
  install(FILES deploy/third_party/NOTICE DESTINATION share/doc/${program} COMPONENT ${program})
endforeach()
install(FILES deploy/systemd/caseload-server.service deploy/systemd/caseload-backup.service deploy/systemd/caseload-backup.timer
  DESTINATION lib/systemd/system COMPONENT caseload-server)
install(DIRECTORY deploy/runbooks DESTINATION share/doc/caseload-server COMPONENT caseload-server FILES_MATCHING PATTERN *.md)
install(FILES deploy/packages/server/server.env DESTINATION /etc/caseload COMPONENT caseload-server)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "Caseload contributors <caseload@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL caseload caseload-server)
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION misc)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_CASELOAD_PACKAGE_NAME caseload)
set(CPACK_DEBIAN_CASELOAD_PACKAGE_DEPENDS tzdata)
set(CPACK_DEBIAN_CASELOAD_DESCRIPTION "encrypted caseload for people who work with people
 Works for weeks without a connection, and synchronises with an office when one is at hand.")
set(CPACK_DEBIAN_CASELOAD-SERVER_PACKAGE_NAME caseload-server)
set(CPACK_DEBIAN_CASELOAD-SERVER_PACKAGE_DEPENDS adduser)
set(CPACK_DEBIAN_CASELOAD-SERVER_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_CASELOAD-SERVER_DESCRIPTION "office that caseloads synchronise with
 Accepts and distributes changes, enforces the sharing rules, keeps the ledger, reports.")
set(server_control ${CMAKE_CURRENT_SOURCE_DIR}/deploy/packages/server)
set(CPACK_DEBIAN_CASELOAD-SERVER_PACKAGE_CONTROL_EXTRA
  ${server_control}/conffiles ${server_control}/postinst ${server_control}/prerm ${server_control}/postrm)
include(CPack)
