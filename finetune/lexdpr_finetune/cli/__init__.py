"""The command group ``lexdpr-rag finetune``."""
