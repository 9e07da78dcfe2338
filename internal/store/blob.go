package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"nakodo/internal/fault"
)

// Blobs keeps bytes by name and knows nothing of what they mean: a folder
// here, a bucket where several machines share them.
type Blobs interface {
	// Put keeps what write writes, whole or not at all.
	Put(ctx context.Context, name string, write func(io.Writer) error) error
	// Get opens what was put. NotFound: it is not there.
	Get(ctx context.Context, name string) (io.ReadCloser, error)
	// Delete destroys it. Destroying none is no error.
	Delete(ctx context.Context, name string) error
	// Names lists all, with the moment each was put by the machine's clock.
	Names(ctx context.Context) (map[string]time.Time, error)
}

// Blob is what became of a stream of bytes that was kept.
type Blob struct {
	ID     string
	Size   int64  // bytes, before sealing
	SHA256 string // hexadecimal, before sealing
}

// KeepBlob seals and keeps what r gives, up to limit bytes; more is Invalid,
// and nothing is kept. It happens outside any transaction: keep the bytes
// first, then store the record that names them. What no record names in the
// end is found by Fsck and taken away by DropLooseBlobs.
func (s *Store) KeepBlob(ctx context.Context, r io.Reader, limit int64) (Blob, error) {
	b := Blob{ID: strings.ToLower(rand.Text())}
	sum := sha256.New()
	err := s.blobs.Put(ctx, b.ID, func(w io.Writer) error {
		sealed, err := s.vault.Writer(w, "blob/"+b.ID)
		if err != nil {
			return err
		}
		b.Size, err = io.Copy(io.MultiWriter(sealed, sum), io.LimitReader(r, limit+1))
		if err != nil {
			return err
		}
		if b.Size > limit {
			return tooBig(limit)
		}
		return sealed.Close()
	})
	if err != nil {
		return Blob{}, fmt.Errorf("keep file: %w", err)
	}
	b.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return b, nil
}

func tooBig(limit int64) error {
	var c fault.Check
	c.Add("file", "fault.file_too_big", "limit", max(1, limit>>20))
	return c.Err()
}

// Blob opens kept bytes. Close the reader.
func (s *Store) Blob(ctx context.Context, id string) (io.ReadCloser, error) {
	sealed, err := s.blobs.Get(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("open file: %w", err)
	}
	plain, err := s.vault.Reader(sealed, "blob/"+id)
	if err != nil {
		return nil, errors.Join(err, sealed.Close())
	}
	return struct {
		io.Reader
		io.Closer
	}{plain, sealed}, nil
}

// PurgeBlob destroys kept bytes for good.
func (s *Store) PurgeBlob(ctx context.Context, id string) error { return s.blobs.Delete(ctx, id) }

// folder is Blobs in a folder of the data directory.
type folder struct{ dir string }

// blobName is what KeepBlob makes. Nothing else becomes a path.
var blobName = regexp.MustCompile(`^[a-z2-7]{26}$`)

func openFolder(dir string) (folder, error) {
	return folder{dir}, os.MkdirAll(filepath.Join(dir, "new"), 0o700)
}

func (f folder) path(name string) (string, error) {
	if !blobName.MatchString(name) {
		return "", fault.New(fault.NotFound, "fault.not_found")
	}
	return filepath.Join(f.dir, name[:2], name+".age"), nil
}

func (f folder) Put(_ context.Context, name string, write func(io.Writer) error) error {
	path, err := f.path(name)
	if err != nil {
		return err
	}
	part, err := os.CreateTemp(filepath.Join(f.dir, "new"), "*")
	if err != nil {
		return err
	}
	defer os.Remove(part.Name()) // after the rename there is nothing to remove
	if err := errors.Join(write(part), part.Sync(), part.Close()); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if err := os.Rename(part.Name(), path); err != nil {
		return err
	}
	return syncFolders(filepath.Dir(path), f.dir)
}

// syncFolders makes a new name survive a power cut.
func syncFolders(dirs ...string) error {
	for _, dir := range dirs {
		d, err := os.Open(dir)
		if err != nil {
			return err
		}
		if err := errors.Join(d.Sync(), d.Close()); err != nil {
			return err
		}
	}
	return nil
}

func (f folder) Get(_ context.Context, name string) (io.ReadCloser, error) {
	path, err := f.path(name)
	if err != nil {
		return nil, err
	}
	r, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Because(err, fault.NotFound, "fault.not_found")
	}
	return r, err
}

func (f folder) Delete(_ context.Context, name string) error {
	path, err := f.path(name)
	if err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func (f folder) Names(context.Context) (map[string]time.Time, error) {
	paths, err := filepath.Glob(filepath.Join(f.dir, "??", "*.age"))
	if err != nil {
		return nil, err
	}
	names := make(map[string]time.Time, len(paths))
	for _, p := range paths {
		info, err := os.Stat(p)
		if errors.Is(err, fs.ErrNotExist) {
			continue // purged meanwhile
		}
		if err != nil {
			return nil, err
		}
		names[strings.TrimSuffix(filepath.Base(p), ".age")] = info.ModTime()
	}
	return names, nil
}
