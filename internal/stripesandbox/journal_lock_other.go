//go:build !unix

package stripesandbox

import "os"

// lockFile does nothing where advisory locks are not portable: running two
// processes on one state file is then the operator's mistake to avoid.
func lockFile(*os.File) error { return nil }

func unlockFile(*os.File) error { return nil }
