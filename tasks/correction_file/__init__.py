"""The payments of a period that did not reach their payees, as the body gets them back to put them right."""
