/** The command line on Apache Spark. */
package org.onelabel.spark;
