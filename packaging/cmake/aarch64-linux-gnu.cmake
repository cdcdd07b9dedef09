# SPDX-License-Identifier: MIT
# Builds for arm64 on another machine:
#
#   cmake --preset release --toolchain packaging/cmake/aarch64-linux-gnu.cmake
#
# with Debian's crossbuild-essential-arm64 and the libraries' :arm64 packages, or, with
# -D ERROR_REPORT_SYSROOT=FOLDER (or CMAKE_SYSROOT), with those of an arm64 system in a folder.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
# Where the compiler does not say it itself
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)

list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES ERROR_REPORT_SYSROOT)
if(ERROR_REPORT_SYSROOT)
  get_filename_component(CMAKE_SYSROOT "${ERROR_REPORT_SYSROOT}" ABSOLUTE)
endif()
if(CMAKE_SYSROOT)
  set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
  set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
  set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
  set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
  set(ENV{PKG_CONFIG_SYSROOT_DIR} "${CMAKE_SYSROOT}")
endif()

# The one of this machine does as well, if it is told where to look.
find_program(PKG_CONFIG_EXECUTABLE NAMES aarch64-linux-gnu-pkg-config pkg-config pkgconf)
set(ENV{PKG_CONFIG_LIBDIR} "${CMAKE_SYSROOT}/usr/lib/aarch64-linux-gnu/pkgconfig:${CMAKE_SYSROOT}/usr/share/pkgconfig")
