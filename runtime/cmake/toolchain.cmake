# Compiles with the host's g++ against the sysroot (see sysroot.sh), so that headers and libraries agree on any machine.
# PKG_SYSROOT may name an existing one.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_CROSSCOMPILING FALSE)
if(NOT PKG_SYSROOT)
  if(DEFINED ENV{PKG_SYSROOT})
    set(PKG_SYSROOT $ENV{PKG_SYSROOT})
  else()
    execute_process(COMMAND ${CMAKE_CURRENT_LIST_DIR}/sysroot.sh OUTPUT_VARIABLE PKG_SYSROOT
                    OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE status)
    if(NOT status EQUAL 0)
      message(FATAL_ERROR "the sysroot could not be made; the reason is above")
    endif()
  endif()
endif()
set(ENV{PKG_SYSROOT} ${PKG_SYSROOT}) # for CMake's compiler checks, which read this file again
set(PKG_SYSROOT ${PKG_SYSROOT} CACHE PATH "folder of Debian packages that everything is built against")
set(CMAKE_CXX_COMPILER g++)
set(CMAKE_C_COMPILER gcc)
set(CMAKE_SYSROOT ${PKG_SYSROOT})
set(CMAKE_FIND_ROOT_PATH ${PKG_SYSROOT})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)

execute_process(COMMAND g++ -dumpversion OUTPUT_VARIABLE version OUTPUT_STRIP_TRAILING_WHITESPACE)
string(REGEX MATCH "^[0-9]+" version ${version})
execute_process(COMMAND g++ -dumpmachine OUTPUT_VARIABLE machine OUTPUT_STRIP_TRAILING_WHITESPACE)
set(PKG_LIBRARY_DIR ${PKG_SYSROOT}/usr/lib/${machine})
# The sysroot's compiler folder comes first, else the host's older libstdc++ is found.
set(CMAKE_EXE_LINKER_FLAGS_INIT
    "-L${PKG_SYSROOT}/usr/lib/gcc/${machine}/${version} -L${PKG_LIBRARY_DIR} -Wl,--disable-new-dtags,-rpath,${PKG_LIBRARY_DIR} -Wl,--dynamic-linker,${PKG_SYSROOT}/usr/lib64/ld-linux-x86-64.so.2")
set(CMAKE_SHARED_LINKER_FLAGS_INIT "-L${PKG_SYSROOT}/usr/lib/gcc/${machine}/${version} -L${PKG_LIBRARY_DIR}")
