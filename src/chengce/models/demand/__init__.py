"""Say who goes where: spatial interaction models, their fit, their uncertainty, and counts."""
