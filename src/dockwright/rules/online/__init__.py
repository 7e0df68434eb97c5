"""Rules that need to know what registries and distributions say; they run only where that is asked for."""
