"""Why an update is worth it: packages of images, what changes between two, and which published updates that brings."""
