package app

// Version is set by the linker: the tag or commit of the build.
var Version = "dev"
