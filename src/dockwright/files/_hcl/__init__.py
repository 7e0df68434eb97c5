"""HCL, the language of bake files: read exactly, evaluated as far as the file alone tells.

Grammar: the HCL native syntax specification and, where it is silent, hashicorp/hcl 2.24 (hclsyntax, json). Values
are those of docker/buildx (bake/hclparser): variables stand at their defaults. Nothing raises on any text.
"""
