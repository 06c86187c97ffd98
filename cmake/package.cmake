# Install and export: find_package(tenet) gives tenet::tenet.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(tenet_package_dir "${CMAKE_INSTALL_DATADIR}/cmake/tenet")

install(TARGETS tenet EXPORT tenetTargets FILE_SET HEADERS)
install(EXPORT tenetTargets NAMESPACE tenet:: DESTINATION "${tenet_package_dir}")

configure_package_config_file(
    "${CMAKE_CURRENT_LIST_DIR}/tenetConfig.cmake.in" "${PROJECT_BINARY_DIR}/tenetConfig.cmake"
    INSTALL_DESTINATION "${tenet_package_dir}")
write_basic_package_version_file(
    "${PROJECT_BINARY_DIR}/tenetConfigVersion.cmake" COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(
    FILES "${PROJECT_BINARY_DIR}/tenetConfig.cmake" "${PROJECT_BINARY_DIR}/tenetConfigVersion.cmake"
          "${CMAKE_CURRENT_LIST_DIR}/dependencies.cmake" "${CMAKE_CURRENT_LIST_DIR}/devices.cmake"
          "${CMAKE_CURRENT_LIST_DIR}/FindRapidJSON.cmake"
    DESTINATION "${tenet_package_dir}")
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DOCDIR}")
