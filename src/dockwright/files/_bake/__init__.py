"""What the blocks of bake files mean together (docker/buildx, bake/bake.go and bake/hclparser)."""
