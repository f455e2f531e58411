"""Reads a schema.pbtxt with tensorflow_metadata, and with tf.Transform where that is there; prints JSON."""
import json
import sys

from google.protobuf import text_format
from tensorflow_metadata.proto.v0 import schema_pb2

schema = text_format.Parse(
    open(sys.argv[1], encoding="utf-8").read(), schema_pb2.Schema(), allow_unknown_extension=True)
out = {
    "domains": {f.name: [f.int_domain.min, f.int_domain.max, f.int_domain.is_categorical]
                for f in schema.feature if f.HasField("int_domain")},
    "notes": [[note.type_url.split(".")[-1], note.value.hex()]
              for f in list(schema.feature) + [schema] for note in f.annotation.extra_metadata],
}
try:
    from tensorflow_transform.tf_metadata import schema_utils
    spec, _ = schema_utils.schema_as_feature_spec(schema)
    out["kinds"] = {name: type(kind).__name__ + str(getattr(kind, "shape", getattr(kind, "size", "")))
                    for name, kind in spec.items()}
except ImportError:
    pass
json.dump(out, open(sys.argv[2], "w", encoding="utf-8"), sort_keys=True)
