package main

import (
	"archive/tar"
	"bytes"
	"encoding/binary"
	"os"
	"path"
)

type directory struct {
	Path  string `json:"path"`
	Mode  int64  `json:"mode"`
	Owner int    `json:"owner"`
}

type file struct {
	Path string `json:"path"`
	// Of the machine; without it the file's content is Text.
	From           string `json:"from"`
	Text           string `json:"text"`
	Mode           int64  `json:"mode"`
	NetBindService bool   `json:"netBindService"`
}

type link struct {
	Path   string `json:"path"`
	Target string `json:"target"`
}

// Writes a layer without times, and with the parents of each path before it.
type layerWriter struct {
	*tar.Writer
	written map[string]bool
}

func (d description) layer() ([]byte, error) {
	var layer bytes.Buffer
	w := layerWriter{tar.NewWriter(&layer), map[string]bool{".": true}}
	for _, it := range d.Directories {
		if err := w.directory(it); err != nil {
			return nil, err
		}
	}
	for _, it := range d.Files {
		if err := w.file(it); err != nil {
			return nil, err
		}
	}
	for _, it := range d.Links {
		if err := w.header(&tar.Header{Typeflag: tar.TypeSymlink, Name: it.Path, Linkname: it.Target, Mode: 0o777}); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return layer.Bytes(), nil
}

// Names in a layer are relative to the root.
func (w layerWriter) header(header *tar.Header) error {
	header.Name = path.Clean(header.Name)[1:]
	if err := w.parents(header.Name); err != nil {
		return err
	}
	w.written[header.Name] = true
	header.Format = tar.FormatPAX
	return w.WriteHeader(header)
}

func (w layerWriter) parents(name string) error {
	parent := path.Dir(name)
	if w.written[parent] {
		return nil
	}
	return w.directory(directory{Path: "/" + parent, Mode: 0o755})
}

func (w layerWriter) directory(it directory) error {
	return w.header(&tar.Header{Typeflag: tar.TypeDir, Name: it.Path, Mode: it.Mode, Uid: it.Owner, Gid: it.Owner})
}

func (w layerWriter) file(it file) error {
	content := []byte(it.Text)
	if it.From != "" {
		var err error
		if content, err = os.ReadFile(it.From); err != nil {
			return err
		}
	}
	header := &tar.Header{Typeflag: tar.TypeReg, Name: it.Path, Mode: it.Mode, Size: int64(len(content))}
	if it.NetBindService {
		header.PAXRecords = map[string]string{"SCHILY.xattr.security.capability": netBindService()}
	}
	if err := w.header(header); err != nil {
		return err
	}
	_, err := w.Write(content)
	return err
}

// What `setcap cap_net_bind_service=+ep` leaves on a file: struct vfs_cap_data of linux/capability.h, revision 2.
func netBindService() string {
	const (
		revision2      = 0x02000000
		effective      = 0x000001
		netBindService = 1 << 10
	)
	data := binary.LittleEndian.AppendUint32(nil, revision2|effective)
	for _, word := range []uint32{netBindService, 0, 0, 0} { // permitted, inheritable: low words, then high ones
		data = binary.LittleEndian.AppendUint32(data, word)
	}
	return string(data)
}
