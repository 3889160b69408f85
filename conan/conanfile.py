import os
import re

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load

required_conan_version = ">=2.9"


class BatchCancelConan(ConanFile):
    """The library and the simulator for the tests of those who embed it. The command is built by CMake alone."""

    name = "batch_cancel"
    description = "Cancels Microsoft 365 cross-tenant migrations in bulk"
    license = "MIT"
    topics = ("microsoft-graph", "asio", "migration")
    package_type = "library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"shared": [True, False], "fPIC": [True, False], "with_tests": [True, False]}
    default_options = {"shared": False, "fPIC": True, "with_tests": False}
    implements = ["auto_shared_fpic"]

    def set_version(self):
        if not self.version:
            text = load(self, os.path.join(self.recipe_folder, "..", "CMakeLists.txt"))
            self.version = re.search(r"project\(batch_cancel VERSION ([0-9.]+)", text).group(1)

    def export_sources(self):
        root = os.path.join(self.recipe_folder, "..")
        for pattern in ("CMakeLists.txt", "LICENSE", "engine/*", "include/*", "tests/*"):
            copy(self, pattern, root, self.export_sources_folder)

    def layout(self):
        self.folders.root = ".."
        cmake_layout(self)

    def requirements(self):
        # The version that is tested: newer ones have dropped names of Asio and moved Boost.URL.
        self.requires("boost/1.81.0", transitive_headers=True)
        self.requires("openssl/[>=3.0 <4]")
        self.requires("simdjson/[>=3.0.1 <4]")

    def build_requirements(self):
        self.tool_requires("cmake/[>=3.23 <5]")
        if self.options.with_tests:
            self.test_requires("doctest/[>=2.4.9 <3]")

    def validate(self):
        check_min_cppstd(self, 20)

    def package_id(self):
        self.info.options.rm_safe("with_tests")

    def generate(self):
        CMakeDeps(self).generate()
        toolchain = CMakeToolchain(self)
        skip_tests = self.conf.get("tools.build:skip_test", default=False, check_type=bool)
        # Variables, not cache variables: those would be seen through a preset only.
        toolchain.variables["BATCH_CANCEL_BUILD_CLI"] = False
        toolchain.variables["BATCH_CANCEL_BUILD_BENCH"] = False
        toolchain.variables["BATCH_CANCEL_BUILD_TESTS"] = bool(self.options.with_tests) and not skip_tests
        toolchain.variables["BATCH_CANCEL_INSTALL"] = True
        # The project has presets of its own.
        toolchain.user_presets_path = False
        toolchain.generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()
        if self.options.with_tests:
            cmake.ctest(["--output-on-failure"])

    def package(self):
        CMake(self).install()
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))

    def package_info(self):
        # The installed config file finds what a static library needs, with Conan's packages and with the system's alike.
        self.cpp_info.set_property("cmake_find_mode", "none")
        self.cpp_info.builddirs.append(os.path.join("lib", "cmake", "batch_cancel"))
        self.cpp_info.libs = ["batch_cancel_simulator", "batch_cancel"]
        self.cpp_info.requires = ["boost::headers", "boost::url", "openssl::ssl", "openssl::crypto", "simdjson::simdjson"]
