/** Exact nearest neighbours of the vectors of data frames. */
package org.onelabel.spark.neighbours;
