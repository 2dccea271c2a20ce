-- tracking: nobody reads clicks by their link (figures of links are kept apart), and the index made the planner look through all
-- clicks of a link and day where it is asked for those of one visitor.
DROP INDEX click_of_link;
