package main

import (
	"bytes"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// releaseProgramPages tells the kernel that the pages of the program's file are not needed now. The start runs through much of the
// program that serving never does (schema, migrations, tables of libraries), and the kernel maps sixteen pages for each one touched;
// what is needed again is mapped again from its cache, without a read from the disk. Nothing is lost: these pages are only read.
func releaseProgramPages() {
	program, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return
	}
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return
	}
	for line := range bytes.Lines(maps) {
		fields := bytes.Fields(line) // 00400000-01e8b000 r-xp 00000000 fe:00 1234 /usr/bin/tributary
		if len(fields) < 6 || string(fields[5]) != program || fields[1][1] == 'w' {
			continue
		}
		from, to, _ := bytes.Cut(fields[0], []byte("-"))
		begin, err := strconv.ParseUint(string(from), 16, 64)
		if err != nil {
			continue
		}
		end, err := strconv.ParseUint(string(to), 16, 64)
		if err != nil || end <= begin {
			continue
		}
		// By its number, because unix.Madvise wants a slice, and Go gives none of memory that is not its own.
		_, _, _ = unix.Syscall(unix.SYS_MADVISE, uintptr(begin), uintptr(end-begin), unix.MADV_DONTNEED)
	}
}
