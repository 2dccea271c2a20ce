package stripesandbox

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"sync"
)

// Rewriting of the journal at start, so that it does not grow without end.
const (
	compactAbove  = 20_000 // records: a smaller journal is left as it is
	compactFactor = 3      // rewritten when it has this many times the records needed
)

// crcDigits is the length of the checksum in front of each line.
const crcDigits = 8

// journal is an append-only file of records, one a line: eight hex digits of
// CRC-32, a space, JSON. A line counts once it is written; durable waits until
// it is on disk. Many waiting callers share one fsync.
type journal struct {
	file *os.File

	writing sync.Mutex // guards the three below
	size    int64      // bytes that hold whole lines
	written uint64     // lines since start
	broken  error      // set once a write could not be undone

	syncing sync.Mutex
	synced  uint64 // lines known to be on disk; guarded by syncing
}

// openJournal opens or creates the file at path, replays it through apply and
// takes a lock that no second process gets. A torn last line is cut off; a
// damaged line with whole lines behind it is an error.
func openJournal(path string, apply func(*record)) (j *journal, records int, err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, 0, fmt.Errorf("stripe sandbox: make the folder of the state file: %w", err)
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, 0, fmt.Errorf("stripe sandbox: open the state file: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, file.Close())
		}
	}()
	if err := lockFile(file); err != nil {
		return nil, 0, fmt.Errorf("stripe sandbox: %s is in use by another process: %w", path, err)
	}
	whole, records, err := replay(file, apply)
	if err != nil {
		return nil, 0, fmt.Errorf("stripe sandbox: read %s: %w", path, err)
	}
	if err := file.Truncate(whole); err != nil {
		return nil, 0, fmt.Errorf("stripe sandbox: cut the torn end of %s: %w", path, err)
	}
	if _, err := file.Seek(whole, io.SeekStart); err != nil {
		return nil, 0, fmt.Errorf("stripe sandbox: seek in %s: %w", path, err)
	}
	if err := syncFolder(path); err != nil {
		return nil, 0, err
	}
	return &journal{file: file, size: whole}, records, nil
}

// replay applies every whole line and returns how many bytes they take.
func replay(file io.Reader, apply func(*record)) (whole int64, records int, err error) {
	reader := bufio.NewReaderSize(file, 64<<10)
	torn := false
	for line := 1; ; line++ {
		text, readErr := reader.ReadBytes('\n')
		if readErr != nil && !errors.Is(readErr, io.EOF) {
			return 0, 0, readErr
		}
		one, ok := decodeLine(text)
		switch {
		case ok && torn:
			return 0, 0, fmt.Errorf("line %d is damaged but whole lines follow it", line-1)
		case ok:
			apply(one)
			whole += int64(len(text))
			records++
		case len(text) > 0:
			torn = true
		}
		if readErr != nil {
			return whole, records, nil
		}
	}
}

func encodeLine(one *record) ([]byte, error) {
	body, err := json.Marshal(one)
	if err != nil {
		return nil, fmt.Errorf("stripe sandbox: encode a record: %w", err)
	}
	return fmt.Appendf(nil, "%08x %s\n", crc32.ChecksumIEEE(body), body), nil
}

func decodeLine(line []byte) (*record, bool) {
	if len(line) < crcDigits+2 || line[len(line)-1] != '\n' || line[crcDigits] != ' ' {
		return nil, false
	}
	sum, err := strconv.ParseUint(string(line[:crcDigits]), 16, 32)
	body := bytes.TrimSuffix(line[crcDigits+1:], []byte("\n"))
	if err != nil || crc32.ChecksumIEEE(body) != uint32(sum) {
		return nil, false
	}
	one := &record{}
	return one, json.Unmarshal(body, one) == nil
}

// append writes one record and returns the number to give to durable. After a
// failed write the file is cut back; when that fails too the journal takes
// nothing more.
func (j *journal) append(one *record) (uint64, error) {
	line, err := encodeLine(one)
	if err != nil {
		return 0, err
	}
	j.writing.Lock()
	defer j.writing.Unlock()
	if j.broken != nil {
		return 0, j.broken
	}
	if _, err := j.file.Write(line); err != nil {
		if cutErr := j.file.Truncate(j.size); cutErr != nil {
			j.broken = fmt.Errorf("stripe sandbox: the state file is broken: %w", errors.Join(err, cutErr))
		} else if _, seekErr := j.file.Seek(j.size, io.SeekStart); seekErr != nil {
			j.broken = fmt.Errorf("stripe sandbox: the state file is broken: %w", errors.Join(err, seekErr))
		}
		return 0, fmt.Errorf("stripe sandbox: write the state file: %w", err)
	}
	j.size += int64(len(line))
	j.written++
	return j.written, nil
}

// durable returns once the record with this number is on disk.
func (j *journal) durable(number uint64) error {
	j.syncing.Lock()
	defer j.syncing.Unlock()
	if j.synced >= number {
		return nil
	}
	j.writing.Lock()
	written, broken := j.written, j.broken
	j.writing.Unlock()
	if broken != nil {
		return broken
	}
	if err := j.file.Sync(); err != nil {
		// After a failed fsync nobody knows what is on disk: take no more.
		j.writing.Lock()
		j.broken = fmt.Errorf("stripe sandbox: the state file cannot be synced: %w", err)
		broken = j.broken
		j.writing.Unlock()
		return broken
	}
	j.synced = written
	return nil
}

func (j *journal) close() error {
	// A process that is being started just now still has the file; closing alone would leave the lock with it.
	return errors.Join(j.file.Sync(), unlockFile(j.file), j.file.Close())
}

// rewriteJournal replaces the file at path by a snapshot. The old file stays
// whole until the new one is on disk.
func rewriteJournal(path string, kept *state) error {
	next := path + ".next"
	file, err := os.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("stripe sandbox: rewrite the state file: %w", err)
	}
	buffered := bufio.NewWriterSize(file, 1<<20)
	err = kept.snapshot(func(one *record) error {
		line, err := encodeLine(one)
		if err != nil {
			return err
		}
		_, err = buffered.Write(line)
		return err
	})
	if err = errors.Join(err, buffered.Flush(), file.Sync(), file.Close()); err != nil {
		return errors.Join(fmt.Errorf("stripe sandbox: rewrite the state file: %w", err), os.Remove(next))
	}
	if err := os.Rename(next, path); err != nil {
		return fmt.Errorf("stripe sandbox: rewrite the state file: %w", err)
	}
	return syncFolder(path)
}

// syncFolder makes the name of a new or renamed file durable.
func syncFolder(path string) error {
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("stripe sandbox: open the folder of the state file: %w", err)
	}
	if err := errors.Join(folder.Sync(), folder.Close()); err != nil {
		return fmt.Errorf("stripe sandbox: sync the folder of the state file: %w", err)
	}
	return nil
}
