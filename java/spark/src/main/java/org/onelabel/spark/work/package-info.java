/** Pieces of work as tasks of Spark. */
package org.onelabel.spark.work;
