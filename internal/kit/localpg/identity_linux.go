package localpg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// namespaceUser is the user (daemon) whom the server believes to be inside a user namespace: any user with an entry
// in /etc/passwd that is not root.
const namespaceUser = 1

// identity is the user as whom PostgreSQL's programs run. They refuse to run as root and as a user without an entry in
// /etc/passwd.
type identity struct {
	uid, gid int
	// drop: this process is root and gives the programs another user.
	drop bool
	// namespace: the programs run as the user of this process, but in a user namespace in which that user has another
	// number. It needs no other user, so it also works below a folder that nobody else may enter.
	namespace bool
}

// attributes are the credentials for a child process. The child gets its own process group, so that Ctrl-C reaches
// only us, and is told to shut down when the thread that started it dies.
func (i identity) attributes() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGINT}
	switch {
	case i.drop:
		attr.Credential = &syscall.Credential{Uid: uint32(i.uid), Gid: uint32(i.gid)}
	case i.namespace:
		attr.Cloneflags = syscall.CLONE_NEWUSER
		attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: namespaceUser, HostID: i.uid, Size: 1}}
		attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: namespaceUser, HostID: i.gid, Size: 1}}
		attr.Credential = &syscall.Credential{Uid: namespaceUser, Gid: namespaceUser, NoSetGroups: true}
	}
	return attr
}

// chooseIdentity finds a user who can run the programs on the data folder. The owner of an existing database is
// preferred, so that it need not change hands.
func chooseIdentity(ctx context.Context, found programs, dir, cluster string) (identity, error) {
	self := identity{uid: os.Geteuid(), gid: os.Getegid()}
	owner, exists, err := ownerOf(cluster)
	if err != nil {
		return identity{}, unusable(dir, err)
	}
	inNamespace := self
	inNamespace.namespace = true

	if self.uid != 0 {
		if exists && owner != self.uid {
			return identity{}, fmt.Errorf("the database %s belongs to user %d, and this is user %d: "+
				"start as that user, or set TRIBUTARY_DATA_DIR to another folder", cluster, owner, self.uid)
		}
		if _, err := user.LookupId(strconv.Itoa(self.uid)); err == nil {
			return self, nil
		}
		if inNamespace.runs(ctx, found) == nil {
			return inNamespace, nil
		}
		return self, nil // the name may still come from a directory that only the C library asks
	}

	if exists && owner == self.uid && inNamespace.runs(ctx, found) == nil {
		return inNamespace, nil
	}
	var candidates []*user.User
	if exists && owner != self.uid {
		if u, err := user.LookupId(strconv.Itoa(owner)); err == nil {
			candidates = append(candidates, u)
		}
	}
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			candidates = append(candidates, u)
		}
	}
	if as, ok := firstThatRuns(ctx, candidates, found, dir); ok {
		return as, nil
	}
	if inNamespace.runs(ctx, found) == nil {
		return inNamespace, nil
	}
	// The last way: let other users pass through the data folder (but not list it), if that is all that hinders them.
	if info, err := os.Stat(dir); err == nil && info.Mode()&0o011 != 0o011 && os.Chmod(dir, info.Mode()|0o011) == nil {
		if as, ok := firstThatRuns(ctx, candidates, found, dir); ok {
			return as, nil
		}
		_ = os.Chmod(dir, info.Mode()) // it did not help
	}
	return identity{}, fmt.Errorf("PostgreSQL does not run as root, no other user may enter both %s and %s, and user namespaces "+
		"are not allowed here: set TRIBUTARY_DATA_DIR to a folder that others may enter, such as /var/lib/tributary", dir, found.dir)
}

// firstThatRuns finds the first of the users who may enter the data folder and run the programs.
func firstThatRuns(ctx context.Context, candidates []*user.User, found programs, dir string) (identity, bool) {
	for _, u := range candidates {
		uid, uidErr := strconv.Atoi(u.Uid)
		gid, gidErr := strconv.Atoi(u.Gid)
		if uidErr != nil || gidErr != nil || uid == 0 {
			continue
		}
		dropped := identity{uid: uid, gid: gid, drop: true}
		if dropped.mayEnter(dir) && dropped.runs(ctx, found) == nil {
			return dropped, true
		}
	}
	return identity{}, false
}

// runs tries the programs as this user.
func (i identity) runs(ctx context.Context, found programs) error {
	command := exec.CommandContext(ctx, found.initdb(), "--version")
	command.Dir, command.Env, command.SysProcAttr = "/", programEnvironment, i.attributes()
	command.SysProcAttr.Pdeathsig = 0 // it ends at once, and its thread may end earlier
	return command.Run()
}

// mayEnter tells whether this user may pass through the folder and all its parents.
func (i identity) mayEnter(dir string) bool {
	for {
		var stat syscall.Stat_t
		if err := syscall.Stat(dir, &stat); err != nil {
			return false
		}
		allowed := uint32(0o001)
		switch {
		case int(stat.Uid) == i.uid:
			allowed = 0o100
		case int(stat.Gid) == i.gid:
			allowed = 0o010
		}
		if stat.Mode&allowed == 0 {
			return false
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return true
		}
		dir = parent
	}
}

// takeOver gives the folder and all in it to this user, when it is not the user's already.
func (i identity) takeOver(folder string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	owner, exists, err := ownerOf(folder)
	if err != nil || !exists || owner == i.uid {
		return err
	}
	// The folder itself comes last: when this is interrupted, the next start sees the old owner and does it again.
	err = filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || path == folder {
			return err
		}
		return os.Lchown(path, i.uid, i.gid)
	})
	if err != nil {
		return err
	}
	return os.Lchown(folder, i.uid, i.gid)
}

func ownerOf(path string) (uid int, exists bool, err error) {
	var stat syscall.Stat_t
	err = syscall.Stat(path, &stat)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, false, nil
	}
	return int(stat.Uid), err == nil, err
}
