# Makes a fault in memory end the process instead of letting a peer take it over. These flags are for our own targets, which
# handle what strangers send: no program that links the library gets any. bench/cost/cancel-cost measures what they cost.
include(CheckCXXCompilerFlag)
include(CheckLinkerFlag)

# -fcf-protection=return stands for the shadow stack. The marks of indirect branches cost 0.8 % of the instructions, and are of no
# use until every object has them, which Debian's start files do not. -fno-plt gives a little back: all symbols are bound at the
# start, so calls need no detour.
set(BATCH_CANCEL_HARDENING_OPTIONS)
foreach(flag -fstack-protector-strong -fstack-clash-protection -fcf-protection=return -fno-plt)
    string(MAKE_C_IDENTIFIER "BATCH_CANCEL_HAS${flag}" has_flag)
    check_cxx_compiler_flag(${flag} ${has_flag})
    if(${has_flag})
        list(APPEND BATCH_CANCEL_HARDENING_OPTIONS ${flag})
    endif()
endforeach()

# The linker marks the command as fit for a shadow stack only if every object is. Debian's start files do not say so, though
# they do nothing that a shadow stack minds: the mark is forced.
set(BATCH_CANCEL_HARDENING_LINK_OPTIONS)
set(linker_flags relro now noexecstack)
if(BATCH_CANCEL_HAS_fcf_protection_return)
    list(APPEND linker_flags shstk)
endif()
foreach(flag IN LISTS linker_flags)
    check_linker_flag(CXX "-Wl,-z,${flag}" BATCH_CANCEL_LINKS_${flag})
    if(BATCH_CANCEL_LINKS_${flag})
        list(APPEND BATCH_CANCEL_HARDENING_LINK_OPTIONS "-Wl,-z,${flag}")
    endif()
endforeach()

# It needs optimisation. Sanitizers check the same calls, and better. Who builds packages may ask for another level.
set(BATCH_CANCEL_FORTIFY)
if(NOT BATCH_CANCEL_SANITIZE AND NOT CMAKE_CXX_FLAGS MATCHES "_FORTIFY_SOURCE")
    set(BATCH_CANCEL_FORTIFY
        "$<$<CONFIG:Release,RelWithDebInfo,MinSizeRel>:SHELL:-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2>")
endif()

function(batch_cancel_harden target)
    target_compile_definitions(${target} PRIVATE _GLIBCXX_ASSERTIONS)  # an index is within its vector, string or span
    target_compile_options(${target} PRIVATE ${BATCH_CANCEL_HARDENING_OPTIONS} ${BATCH_CANCEL_FORTIFY})
    target_link_options(${target} PRIVATE ${BATCH_CANCEL_HARDENING_LINK_OPTIONS})
    # Addresses that nobody can guess. Where CMake is told to make position-independent code, it sets its own flag.
    target_compile_options(${target} PRIVATE $<$<NOT:$<BOOL:$<TARGET_PROPERTY:POSITION_INDEPENDENT_CODE>>>:-fPIE>)
    get_target_property(type ${target} TYPE)
    if(type STREQUAL "EXECUTABLE")
        target_link_options(${target} PRIVATE -pie)
    endif()
endfunction()
