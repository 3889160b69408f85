# What `cmake --install` installs: the library and the simulator with their headers, the command, and the files by which
# find_package(batch_cancel) finds them. The simulator is a component: find_package(batch_cancel COMPONENTS simulator).
option(BATCH_CANCEL_INSTALL "Make install rules" ${PROJECT_IS_TOP_LEVEL})
if(NOT BATCH_CANCEL_INSTALL)
    return()
endif()

include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/batch_cancel)

set_target_properties(batch_cancel PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION
                      ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR} VERIFY_INTERFACE_HEADER_SETS ON)
install(TARGETS batch_cancel EXPORT batch_cancelTargets FILE_SET HEADERS
        INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT batch_cancelTargets NAMESPACE batch_cancel:: DESTINATION ${package_dir})

if(TARGET batch_cancel_simulator)
    set_target_properties(batch_cancel_simulator PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION
                          ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR} VERIFY_INTERFACE_HEADER_SETS ON)
    install(TARGETS batch_cancel_simulator EXPORT batch_cancel_simulatorTargets FILE_SET HEADERS
            INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
    install(EXPORT batch_cancel_simulatorTargets NAMESPACE batch_cancel:: DESTINATION ${package_dir})
endif()

# A shared library has linked all but what its headers show.
get_target_property(library_type batch_cancel TYPE)
if(library_type STREQUAL "SHARED_LIBRARY")
    set(package_needs_all OFF)
else()
    set(package_needs_all ON)
endif()
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/batch_cancelConfig.cmake.in
                              ${CMAKE_CURRENT_BINARY_DIR}/batch_cancelConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/batch_cancelConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/batch_cancelConfig.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/batch_cancelConfigVersion.cmake DESTINATION ${package_dir})

if(TARGET batch-cancel)
    install(TARGETS batch-cancel)
endif()
