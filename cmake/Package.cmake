# What is installed where, and the Debian package of it, which deploy/package builds.
# The binary is linked with this system's libraries, so build it on the release of Debian that it is for.
include(GNUInstallDirs)
find_package(Python3 REQUIRED COMPONENTS Interpreter)

set(MAILSONDE_PACKAGE_RELEASE 1 CACHE STRING "Revision of the Debian package, the part of its version after the hyphen")
set(MAILSONDE_PACKAGE_VERSION "${PROJECT_VERSION}-${MAILSONDE_PACKAGE_RELEASE}")
set(CPACK_PACKAGE_CONTACT_ADDRESS "maintainers@mailsonde.invalid")
string(TIMESTAMP MAILSONDE_PACKAGE_DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)  # SOURCE_DATE_EPOCH is honoured
string(TIMESTAMP MAILSONDE_MAN_DATE "%Y-%m-%d" UTC)

set(doc "${CMAKE_INSTALL_DATADIR}/doc/mailsonde")
set(share "${CMAKE_INSTALL_DATADIR}/mailsonde")
set(made "${PROJECT_BINARY_DIR}/package")
set(debian "${PROJECT_SOURCE_DIR}/deploy/debian")

# mailsonde_compressed(file): made/file as made/file.gz with every build, without a name or time in it.
function(mailsonde_compressed file)
  add_custom_command(OUTPUT "${made}/${file}.gz" DEPENDS "${made}/${file}" VERBATIM
    COMMAND gzip -9 -n -k -f "${made}/${file}")
  set_property(GLOBAL APPEND PROPERTY MAILSONDE_MADE "${made}/${file}.gz")
endfunction()

configure_file(docs/man/mailsonde.1.in "${made}/mailsonde.1" @ONLY)
configure_file(deploy/debian/changelog.in "${made}/changelog.Debian" @ONLY)
configure_file(CHANGELOG.md "${made}/changelog" COPYONLY)
add_custom_command(OUTPUT "${made}/mailsonde.toml.5" VERBATIM
  DEPENDS docs/configuration.md docs/man/from_markdown.py WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
  COMMAND sh -c "\"$@\" > ${made}/mailsonde.toml.5" sh
    "${Python3_EXECUTABLE}" docs/man/from_markdown.py docs/configuration.md mailsonde.toml 5
    "configuration of mailsonde" "${PROJECT_VERSION}" "${MAILSONDE_MAN_DATE}")
foreach(file mailsonde.1 mailsonde.toml.5 changelog.Debian changelog)
  mailsonde_compressed(${file})
endforeach()
get_property(made_files GLOBAL PROPERTY MAILSONDE_MADE)
add_custom_target(package_files ALL DEPENDS ${made_files})

install(TARGETS mailsonde RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
install(FILES deploy/systemd/mailsonde.service DESTINATION /lib/systemd/system)
install(FILES deploy/debian/mailsonde.toml DESTINATION /etc/mailsonde PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ)
install(FILES deploy/debian/mailsonde.default DESTINATION /etc/default RENAME mailsonde)
install(FILES "${made}/mailsonde.1.gz" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
install(FILES "${made}/mailsonde.toml.5.gz" DESTINATION "${CMAKE_INSTALL_MANDIR}/man5")
install(FILES deploy/completion/mailsonde.bash DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions"
  RENAME mailsonde)
install(FILES deploy/debian/lintian-overrides DESTINATION "${CMAKE_INSTALL_DATADIR}/lintian/overrides"
  RENAME mailsonde)
install(FILES deploy/debian/copyright "${made}/changelog.Debian.gz" "${made}/changelog.gz" DESTINATION "${doc}")
install(FILES deploy/mailsonde.example.toml DESTINATION "${doc}/examples")
install(DIRECTORY docs/ DESTINATION "${doc}" FILES_MATCHING PATTERN "*.md" PATTERN img EXCLUDE PATTERN man EXCLUDE)
install(DIRECTORY deploy/prometheus DESTINATION "${share}" FILES_MATCHING PATTERN "*.yml")
install(DIRECTORY deploy/grafana DESTINATION "${share}" FILES_MATCHING PATTERN "*.yml")
install(DIRECTORY dashboards/ DESTINATION "${share}/dashboards" FILES_MATCHING PATTERN "mailsonde-*.json"
  PATTERN src EXCLUDE PATTERN js EXCLUDE PATTERN node_modules EXCLUDE)
# Libraries that are headers only are in the binary: their licences want their notices beside it.
foreach(library libasio-dev libcli11-dev libcpp-httplib-dev libtomlplusplus-dev nlohmann-json3-dev)
  install(FILES "/usr/share/doc/${library}/copyright" DESTINATION "${doc}/compiled-in" RENAME "${library}" OPTIONAL)
endforeach()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME mailsonde)
set(CPACK_PACKAGE_CONTACT "The mailsonde authors <${CPACK_PACKAGE_CONTACT_ADDRESS}>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "SMTP deliverability prober for Prometheus")
set(CPACK_PACKAGE_DESCRIPTION
"mailsonde dials the MX hosts of the domains that mail is sent to, and one's
own relays, walks the SMTP dialogue as deep as it was told to, and exports to
Prometheus how long each step took, how it ended, and what each reply means:
greylisting, a throttle, a reputation problem, a full disk over there.
.
This package has the daemon with its service unit, rules and alerts for
Prometheus, and dashboards for Grafana. As installed it probes nobody.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE "${MAILSONDE_PACKAGE_RELEASE}")
set(CPACK_DEBIAN_PACKAGE_SECTION mail)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_HOMEPAGE "https://github.com/mailsonde/mailsonde")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, ca-certificates")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "prometheus")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  "${debian}/conffiles" "${debian}/postinst" "${debian}/prerm" "${debian}/postrm")
include(CPack)
