"""Order streets once and re-weight them at will: customizable contraction hierarchies."""
