"""The smallest image that every client accepts, as an OCI layout on disk."""

import gzip
import hashlib
import io
import json
import tarfile


def write_layout(folder, tag="1"):
    """Writes an image with one file in one layer; returns its skopeo name."""
    blobs = folder / "blobs/sha256"
    blobs.mkdir(parents=True)

    def blob(media_type, data):
        name = hashlib.sha256(data).hexdigest()
        (blobs / name).write_bytes(data)
        return {"mediaType": media_type, "digest": f"sha256:{name}", "size": len(data)}

    def document(media_type, value):
        return blob(media_type, json.dumps(value).encode())

    layer = _layer()
    config = document("application/vnd.oci.image.config.v1+json", {
        "architecture": "amd64", "os": "linux", "config": {},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(layer).hexdigest()}"]},
    })
    manifest = document("application/vnd.oci.image.manifest.v1+json", {
        "schemaVersion": 2, "config": config,
        "layers": [blob("application/vnd.oci.image.layer.v1.tar+gzip",
                        gzip.compress(layer, mtime=0))],
    })
    manifest["annotations"] = {"org.opencontainers.image.ref.name": tag}
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [manifest]}))
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    return f"oci:{folder}:{tag}"


def _layer():
    text = b"hello\n"
    entry = tarfile.TarInfo("greeting")
    entry.size = len(text)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.addfile(entry, io.BytesIO(text))
    return packed.getvalue()
