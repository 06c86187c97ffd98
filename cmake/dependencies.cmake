# What a program that includes tenet needs: headers of Boost and RapidJSON, oneTBB, zlib. Shared with the installed package.
include(CMakeFindDependencyMacro)
set(THREADS_PREFER_PTHREAD_FLAG TRUE)
find_dependency(Boost 1.81)
find_dependency(TBB)
find_dependency(ZLIB)
find_dependency(RapidJSON MODULE)
find_dependency(Threads)
