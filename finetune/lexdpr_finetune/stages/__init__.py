"""The stages of a recipe, one a module, each a function that also stands by itself."""
