"""Gradio's own chrome on the same tokens as the pages: every colour is a variable of ``static/site.css``."""

from __future__ import annotations

from typing import Any

_BOTH_MODES = {
    "body_background_fill": "var(--paper)",
    "body_text_color": "var(--ink)",
    "body_text_color_subdued": "var(--ink-soft)",
    "background_fill_primary": "var(--surface)",
    "background_fill_secondary": "var(--paper)",
    "border_color_primary": "var(--line)",
    "border_color_accent": "var(--indigo)",
    "border_color_accent_subdued": "var(--line-strong)",
    "color_accent_soft": "var(--wash)",
    "link_text_color": "var(--indigo)",
    "link_text_color_active": "var(--indigo)",
    "link_text_color_hover": "var(--indigo-strong)",
    "link_text_color_visited": "var(--indigo)",
    "code_background_fill": "var(--wash)",
    "block_background_fill": "transparent",
    "block_border_color": "var(--line)",
    "block_border_width": "0px",
    "block_label_text_color": "var(--ink-soft)",
    "block_title_text_color": "var(--ink-soft)",
    "block_shadow": "none",
    "panel_background_fill": "transparent",
    "panel_border_color": "transparent",
    "input_background_fill": "var(--surface)",
    "input_background_fill_focus": "var(--surface)",
    "input_border_color": "var(--line-strong)",
    "input_border_color_focus": "var(--indigo)",
    "input_placeholder_color": "var(--ink-soft)",
    "input_shadow": "none",
    "input_shadow_focus": "none",
    "error_background_fill": "var(--wash)",
    "error_border_color": "var(--cinnabar)",
    "error_text_color": "var(--cinnabar)",
    "button_primary_background_fill": "var(--indigo)",
    "button_primary_background_fill_hover": "var(--indigo-strong)",
    "button_primary_text_color": "var(--on-indigo)",
    "button_secondary_background_fill": "var(--surface)",
    "button_secondary_background_fill_hover": "var(--wash)",
    "button_secondary_text_color": "var(--ink)",
    "button_secondary_border_color": "var(--line)",
}


def build_theme() -> Any:
    """A Gradio theme without fonts to fetch and without colours of its own."""
    import gradio as gr

    fonts = [gr.themes.Font("var(--sans)")]
    theme = gr.themes.Base(
        font=fonts, font_mono=[gr.themes.Font("ui-monospace"), gr.themes.Font("monospace")]
    )
    values = {**_BOTH_MODES, **{f"{name}_dark": value for name, value in _BOTH_MODES.items()}}
    return theme.set(**values, block_radius="0px", body_text_size="1rem", chatbot_text_size="1rem")
