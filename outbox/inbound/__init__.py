"""What comes back to our mails: bounces, automatic answers, answers. Read, and told to whom it concerns."""
