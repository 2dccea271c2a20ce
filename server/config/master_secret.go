package config

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const (
	masterSecretFile  = "secret"
	masterSecretBytes = 32
	// minSecretLength is the shortest master secret that an operator may set, in characters.
	minSecretLength = 32
)

// MasterSecret gives TRIBUTARY_SECRET or, without it, the secret kept in the data folder, made on first use and readable by
// its owner only. Losing the file signs everybody out and makes wrapped secrets unreadable, so backups hold it.
func (c Config) MasterSecret() (Secret, error) {
	if c.Secret.IsSet() {
		return c.Secret, nil
	}
	path := filepath.Join(c.DataDir, masterSecretFile)
	if secret, err := readMasterSecret(path); !errors.Is(err, fs.ErrNotExist) {
		return secret, err
	}
	if err := os.MkdirAll(c.DataDir, 0o700); err != nil {
		return Secret{}, fmt.Errorf("TRIBUTARY_DATA_DIR: %w", err)
	}
	if err := createMasterSecret(path); err != nil && !errors.Is(err, fs.ErrExist) {
		return Secret{}, fmt.Errorf("the master secret cannot be kept in TRIBUTARY_DATA_DIR: %w", err)
	}
	return readMasterSecret(path) // another process may have been first
}

func readMasterSecret(path string) (Secret, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Secret{}, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return Secret{}, fmt.Errorf("%s can be read by others; run chmod 600 on it", path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return Secret{}, err
	}
	value := strings.TrimSpace(string(text))
	if len(value) < minSecretLength {
		return Secret{}, fmt.Errorf("%s holds fewer than %d characters; restore it from a backup", path, minSecretLength)
	}
	return NewSecret(value), nil
}

// createMasterSecret writes a whole file under another name and links it into place, so that nobody reads half of it and nobody
// overwrites one that exists.
func createMasterSecret(path string) (err error) {
	random := make([]byte, masterSecretBytes)
	if _, err := rand.Read(random); err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(path), masterSecretFile+".*") // mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file.Name()) }()
	if _, err = file.WriteString(base64.RawURLEncoding.EncodeToString(random) + "\n"); err == nil {
		err = file.Sync()
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	return os.Link(file.Name(), path)
}
