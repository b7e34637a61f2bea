// Image-maker reads descriptions of images, a JSON list, from standard input and writes each as an archive that `docker load` and
// `ctr images import` take. The same files give the same archive, whenever and wherever it is made.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// The fields are described in images.ts, which writes them.
type description struct {
	Reference        string      `json:"reference"`
	Output           string      `json:"output"`
	User             string      `json:"user"`
	Entrypoint       []string    `json:"entrypoint"`
	Command          []string    `json:"command"`
	Environment      []string    `json:"environment"`
	WorkingDirectory string      `json:"workingDirectory"`
	Directories      []directory `json:"directories"`
	Files            []file      `json:"files"`
	Links            []link      `json:"links"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	var descriptions []description
	decoder := json.NewDecoder(os.Stdin)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&descriptions); err != nil {
		return fmt.Errorf("standard input is not a list of images: %w", err)
	}
	for _, wanted := range descriptions {
		if err := write(wanted); err != nil {
			return fmt.Errorf("image %s: %w", wanted.Reference, err)
		}
	}
	return nil
}

func write(wanted description) error {
	// Strict: the CRI looks for the full reference, and what is left out would be filled in otherwise than it does.
	tag, err := name.NewTag(wanted.Reference, name.StrictValidation)
	if err != nil {
		return err
	}
	layer, err := wanted.layer()
	if err != nil {
		return err
	}
	// Not compressed: the archive is read on the machine that wrote it, once a node at each boot.
	image, err := mutate.AppendLayers(empty.Image, static.NewLayer(layer, types.DockerUncompressedLayer))
	if err != nil {
		return err
	}
	config, err := image.ConfigFile()
	if err != nil {
		return err
	}
	config = config.DeepCopy()
	config.OS = "linux"
	config.Architecture = runtime.GOARCH
	config.Config = v1.Config{
		User:       wanted.User,
		Entrypoint: wanted.Entrypoint,
		Cmd:        wanted.Command,
		Env:        wanted.Environment,
		WorkingDir: wanted.WorkingDirectory,
	}
	image, err = mutate.ConfigFile(image, config)
	if err != nil {
		return err
	}
	return tarball.WriteToFile(wanted.Output, tag, image)
}
