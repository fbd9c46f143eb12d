"""Labels of the classifiers that are no topic; here, so that using them loads no training."""

CALM = "calm"
QUESTION = "question"
FOLLOW_UP = "follow-up"
