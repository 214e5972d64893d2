"""The pages people work in (screens.md): the right-most layer, which may import every app and is imported by none."""
