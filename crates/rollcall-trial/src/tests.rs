//! The trial with small files: what is proposed, and what is found.
