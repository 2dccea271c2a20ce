//go:build !linux

package main

// releaseProgramPages does nothing here: other systems are asked in other ways.
func releaseProgramPages() {}
