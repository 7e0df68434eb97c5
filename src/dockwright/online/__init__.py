"""What a review asks of registries and distributions: who may be asked (`places`), and what is asked (`asking`)."""
