/** The page on which a person looks at the labels of a run, corrects them and goes on. */
package org.onelabel.cli.review;
