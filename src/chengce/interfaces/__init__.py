"""Offer the house to people and programs; no domain logic lives here."""
