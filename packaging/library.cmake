# SPDX-License-Identifier: MIT
# liberror-report.a: every stage that a program of one's own may want, for find_package(ErrorReport)
# and pkg-config. There is no shared one: its interface is not promised to stay.
set(library_stages report source parse encode)

add_library(error_report STATIC)
foreach(stage IN LISTS library_stages)
  target_sources(error_report PRIVATE $<TARGET_OBJECTS:${stage}>)
  # For plugins of other programs
  set_target_properties(${stage} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  install(DIRECTORY userspace/${stage} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/error-report
    FILES_MATCHING PATTERN *.h)
endforeach()
set_target_properties(error_report PROPERTIES OUTPUT_NAME error-report LINKER_LANGUAGE CXX)
target_compile_features(error_report INTERFACE cxx_std_20)
target_include_directories(error_report SYSTEM INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/userspace/library>
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/userspace>
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/uapi>
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/error-report>)
target_link_libraries(error_report INTERFACE
  PkgConfig::nl fmt::fmt nlohmann_json::nlohmann_json tl::expected)

install(FILES userspace/library/error_report.h
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/error-report)
# In a folder of its own, so that it is in nobody's way once the C library's headers have it.
install(FILES uapi/linux/error_report.h
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/error-report/linux)

include(CMakePackageConfigHelpers)
set(library_config ${CMAKE_INSTALL_LIBDIR}/cmake/ErrorReport)
install(TARGETS error_report EXPORT ErrorReportTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT ErrorReportTargets NAMESPACE ErrorReport:: DESTINATION ${library_config})
configure_package_config_file(packaging/cmake/ErrorReportConfig.cmake.in ErrorReportConfig.cmake
  INSTALL_DESTINATION ${library_config})
# Before 1.0 a minor version may change everything.
write_basic_package_version_file(ErrorReportConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/ErrorReportConfig.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/ErrorReportConfigVersion.cmake DESTINATION ${library_config})
# From where it is installed, wherever that is.
file(RELATIVE_PATH prefix_from_pc /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(packaging/cmake/error-report.pc.in error-report.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/error-report.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
