"""The main job, walked over HTTP and SMTP as a supporter would: it knows no model and no database."""

from campaign.walkthrough.walk import Step, walk

__all__ = ["Step", "walk"]
