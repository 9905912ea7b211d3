//! The decisions of an OAuth2 client for Mautic.
